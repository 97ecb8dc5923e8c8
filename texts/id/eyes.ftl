# Words about cameras that both the desk and the phones use.
# How a live picture stands.
live-running = Langsung
live-coming = Menyambung…
live-old = Gambar berhenti, belum ada yang baru
live-old-since = Gambar lama, dari { $time }
live-lost = Sambungan putus, dicoba lagi…
live-busy = Terlalu banyak yang melihat, dicoba lagi…
live-asleep = Berhenti selama halaman ini tersembunyi
live-shut = Kamera ini sekarang tidak boleh dilihat.
live-gone = Kamera ini sudah tidak ada di sini.
live-over = Lihatan sudah berakhir, dibuka lagi…
live-unable = Peramban ini tidak dapat menampilkan gambar kamera ini. Gambarnya tetap direkam.
live-h265 = Kamera mengirim H.265, yang tidak dapat ditampilkan peramban ini. Tetap direkam. Atur kamera ke H.264.

# How a camera is.
camera-state-connecting = Menyambung
camera-state-recording = Merekam
camera-state-no-answer = Tidak menjawab
camera-state-wrong-password = Nama atau kata sandi salah
camera-state-certificate-changed = Sertifikat berbeda dari sebelumnya
camera-state-refused = Menolak
camera-state-needs-udp = Hanya mengirim lewat UDP
camera-state-needs-tcp = Hanya mengirim lewat TCP
camera-state-not-found = Tidak ada gambar di alamat ini
camera-state-no-pictures = Tidak mengirim gambar
camera-state-frozen = Gambar berhenti
camera-state-no-key-picture = Tidak mengirim gambar awal
camera-state-unsupported-codec = Jenis gambar tidak dapat dipakai
camera-state-closed = Memutus sambungan
camera-state-paused = Dijeda atau tidak dibagikan
camera-state-failing = Tidak dapat dipahami
camera-state-unknown = Tidak direkam di sini

# What to change on a camera.
camera-advice-h265-not-in-browsers = Kamera mengirim H.265, banyak komputer tidak dapat menampilkannya. Atur ke H.264.
camera-advice-key-pictures-too-far-apart = Gambar utuh (I-frame) terlalu jarang, lihatan lambat terbuka. Atur tiap 2 detik.
camera-advice-key-pictures-never = Tidak ada gambar utuh (I-frame) kedua. Atur tiap 2 detik.
camera-advice-bitrate-high = Kirimannya terlalu besar, diska cepat penuh. Di bawah 4 Mbit/detik cukup.
camera-advice-bitrate-low = Kirimannya terlalu kecil, yang bergerak akan kabur.
camera-advice-clock-wrong = Jamnya salah. Atur waktu di kamera.
camera-advice-no-clock = Kamera tidak memberi waktu. Waktu server dipakai.
camera-advice-resolution-low = Gambarnya kecil, sulit dikenali. Pilih ukuran lebih besar.
camera-advice-plain-password = Kata sandi lewat jaringan tanpa pelindung. Pakai jaringan khusus kamera, atau alamat rtsps://.
camera-advice-sound-is-sent = Kamera mengirim suara. Suara direkam hanya bila lokasi mengizinkan.

# What a camera showed.
sighting-accident = Kecelakaan
sighting-flooding = Banjir
sighting-crowd = Kerumunan
sighting-smoke = Asap
sighting-obstacle = Penghalang jalan
sighting-light-out = Lampu mati
sighting-other = Lainnya
sighting-key-accident = k
sighting-key-flooding = b
sighting-key-crowd = r
sighting-key-smoke = a
sighting-key-obstacle = p
sighting-key-light-out = m
sighting-key-other = l
