"""What `app.py` needs to speak MCP: arguments, replies, schemas, the process."""
