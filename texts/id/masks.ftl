# Rectangles over a picture: on the phones and at the desk.
cam-mask-full = Sudah 8 bagian. Hapus satu untuk menandai yang lain.
cam-mask-add = Tandai satu bagian
cam-mask-n = Bagian { $n }
cam-mask-remove = Hapus
cam-mask-remove-n = Hapus bagian { $n }
cam-mask-keys = Tombol panah memindahkan, dengan Shift mengubah ukuran, Delete menghapus.
cam-mask-move = Pindahkan dan ubah ukuran bagian { $n }
cam-mask-left = Ke kiri
cam-mask-right = Ke kanan
cam-mask-up = Ke atas
cam-mask-down = Ke bawah
cam-mask-wider = Lebih lebar
cam-mask-narrower = Lebih sempit
cam-mask-taller = Lebih tinggi
cam-mask-lower = Lebih pendek
