# The phone app.
home-title = Home
