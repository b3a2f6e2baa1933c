"""How it goes: daily figures of talks, answers and tickets, and what is made of them."""
