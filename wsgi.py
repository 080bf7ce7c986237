"""What the web server loads."""

from tracker import create_app

app = create_app()
