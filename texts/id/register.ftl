# Daftar: rumah tangga, orang, regu.

problem-empty-text = Masih ada yang kosong.
    .detail = Isilah kolom yang ditandai.
problem-bad-phone = Ini bukan nomor telepon.
    .detail = Tulis 8 sampai 15 angka, misalnya 0912 345 678.
problem-no-reason = Alasannya belum ditulis.
    .detail = Tulislah mengapa ini diubah.
problem-no-place = Wilayah ini tidak ada.
    .detail = Pilihlah dari daftar.
problem-wrong-place = Wilayah ini tidak bisa ditempatkan di sana.
    .detail = Pilih wilayah yang lebih besar di atasnya.
problem-no-household = Rumah tangga ini tidak ada.
    .detail = Mungkin sudah dihapus. Cari lagi.
problem-no-person = Orang ini tidak ada.
    .detail = Mungkin datanya sudah dihapus. Cari lagi.
problem-no-team = Regu ini tidak ada, atau sudah dibubarkan.
    .detail = Pilih regu yang masih aktif.
problem-already-there = Rumah tangga ini sudah berada di regu itu.
    .detail = Tidak perlu melakukan apa-apa.
problem-not-of-the-team = Ketua dan wakil harus orang dewasa yang tinggal di regu itu.
    .detail = Pilih orang dari rumah tangga regu.
problem-same-person = Ketua dan wakil adalah orang yang sama.
    .detail = Pilih dua orang yang berbeda.
problem-own-neighbour = Regu tidak bisa menjadi tetangganya sendiri.
    .detail = Pilih regu-regu di sebelahnya.
problem-child-responder = Anak-anak tidak dikirim untuk menolong.
    .detail = Hanya orang dewasa yang bersedia. Anak-anak keluar menyelamatkan diri.
problem-not-empty = { $count ->
   *[other] Masih ada { $count } orang di rumah tangga ini.
    }
    .detail = Pindahkan atau hapus mereka satu per satu dahulu.
problem-too-many-items = Terlalu banyak sekaligus.
    .detail = Paling banyak { $most } setiap kali. Lakukan bertahap.
field-empty = Isilah di sini.
field-too-long = Paling banyak { $most } karakter. Tulislah lebih pendek.
field-bad-text = Ada karakter aneh. Ketik ulang.
