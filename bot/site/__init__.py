"""The help center's pages and the chat widget: templates, static files, and the routes that fill them."""
