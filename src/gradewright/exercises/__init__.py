"""What a student sees and sends, and how a form is judged at once. Pure: no Django, no network, no clock."""
