"""Annex I, II and III as signed PDF/A-3: what the forms say, how they look, who signs, and which exist."""
