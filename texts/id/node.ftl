# Simpul: notifikasi.

problem-bad-subscription = Notifikasi tidak dapat dinyalakan di ponsel ini.
    .detail = Matikan lalu nyalakan lagi notifikasi, atau pakai peramban lain.
