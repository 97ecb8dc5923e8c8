# The console.
desk-title = Duty desk
