# The console.
desk-title = Meja jaga
