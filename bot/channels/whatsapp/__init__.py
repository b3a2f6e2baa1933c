"""WhatsApp: the Cloud API (https://developers.facebook.com/docs/whatsapp/cloud-api)."""
