# Simpul: notifikasi.

problem-bad-subscription = Notifikasi tidak dapat dinyalakan di ponsel ini.
    .detail = Matikan lalu nyalakan lagi notifikasi, atau pakai peramban lain.
problem-no-push-key = Server saat ini tidak dapat membangunkan ponsel.
    .detail = Biarkan aplikasi terbuka untuk mendengar alarm; bel tetap berbunyi. Minta pengurus mesin menjalankan liengia check.

problem-not-signed = Tidak ada gerbang yang dikenal simpul ini yang menandatangani panggilan ini.
    .detail = Bandingkan rahasia di kedua sisi.
problem-not-now = Jam kedua sisi berbeda, atau panggilan sudah lama ({ $apart } detik).
    .detail = Setel kedua jam, lalu tanda tangani lagi dengan waktu sekarang.
problem-other-content = Jawaban lain sudah datang dengan webhook-id yang sama.
    .detail = Beri setiap panggilan id sendiri.
problem-not-an-answer = Panggilan tidak berisi jawaban.
    .detail = Perlu tiga kepala webhook, dan JSON dengan message_id dan digit: 1, 2 atau 3.
problem-no-message = Tidak ada pesan dengan id ini.
    .detail = Kirim kembali message_id persis seperti diterima.
problem-too-many-answers = Terlalu banyak jawaban sekaligus.
    .detail = Coba lagi dalam { $seconds } detik.
problem-no-dead-letter = Tidak ada pesan tak terkirim dengan id ini.
    .detail = Sudah dikirim ulang, atau memberi tempat untuk yang lebih baru. Buka daftarnya lagi.

node-hook-keys = Tekan 1 jika datang sekarang, 2 jika tidak bisa, 3 jika semua penghuni rumah sudah di luar.
node-loudspeaker = Kebakaran di { $team }. Yang berada di dekat: segera keluar. Beri jalan untuk mobil pemadam, dan jangan mendekati api.

node-ca-title = Sertifikat untuk meja piket
node-ca-who = Halaman ini untuk komputer meja piket komune. Pasang sertifikat ini agar perambannya memercayai server komune sendiri.
node-ca-compare = Sebelum memasang, bandingkan sidik jari ini dengan yang tertulis di kertas penanggung jawab. Jika satu huruf saja berbeda, jangan dipasang.
node-ca-take = Unduh sertifikat
node-ca-not-phones = Jangan pernah memasangnya di ponsel warga: ponsel tidak memerlukannya.

problem-no-cap-message = Tidak ada pesan peringatan dengan nama ini.
    .detail = Lihat pesan di /cap/feed.atom.

node-cap-feed = Alarm kebakaran
node-cap-fire-event = Kebakaran
node-cap-fire-headline = Kebakaran di { $place }
node-cap-fire-description = Kebakaran dilaporkan di { $place }. Kelompok siaga dan meja piket komune sudah diberi tahu.
node-cap-fire-instruction = Jangan mendekat. Beri jalan untuk mobil pemadam. Yang berada di dekat api: segera keluar dan hubungi pemadam.
node-cap-fire-over-event = Alarm kebakaran berakhir
node-cap-fire-over-headline = Alarm kebakaran berakhir di { $place }
node-cap-fire-over-description = Alarm kebakaran di { $place } sudah ditutup.
node-cap-fire-over-instruction = Tetap beri jalan bagi yang masih bekerja di sana.
node-cap-drill-event = Latihan kebakaran
node-cap-drill-headline = Latihan, tidak ada api: { $place }
node-cap-drill-description = Kelompok siaga sedang berlatih di { $place }. Tidak ada api.
node-cap-drill-instruction = Tidak perlu berbuat apa-apa.
node-cap-drill-over-event = Latihan selesai
node-cap-drill-over-headline = Latihan selesai: { $place }
node-cap-drill-over-description = Latihan di { $place } sudah selesai. Tidak ada api.
node-cap-drill-over-instruction = Tidak perlu berbuat apa-apa.
node-cap-drill-note = LATIHAN, TIDAK ADA API
node-cap-test-event = Pesan uji
node-cap-test-headline = Pesan uji, tidak ada api
node-cap-test-description = Simpul { $place } menguji pesannya. Tidak ada api.
node-cap-test-instruction = Tidak perlu berbuat apa-apa.
node-cap-test-note = PESAN UJI, TIDAK ADA API
