# The phone app.
home-title = Beranda
