# The console.
desk-title = Bàn trực
