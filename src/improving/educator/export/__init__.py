"""Take the questions, and the built site, to a learning management system or a shared drive."""
