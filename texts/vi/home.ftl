# The phone app.
home-title = Trang chính
