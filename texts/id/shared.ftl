# Words that both apps use.
app-name = Liên Gia
close = Tutup
back = Kembali
cancel = Batal
save = Simpan
done = Selesai
yes = Ya
no = Tidak
try-again = Coba lagi
loading = Memuat…
more = Lihat lainnya
details = Lihat rincian
nothing-yet = Belum ada apa-apa di sini.
required = Bagian ini perlu diisi.
reason = Alasan
reason-hint = Tulis singkat agar orang lain mengerti.
as-of = Per pukul { $time }
check-answers = Periksa sebelum dikirim

ago-now = baru saja
ago-seconds = { $n } detik lalu
ago-minutes = { $n } menit lalu
ago-hours = { $n } jam lalu
ago-days = { $n } hari lalu

metres = { $n } m
homes-count = { $n } rumah
people-count = { $n } orang

trouble-unreachable = Server tidak dapat dihubungi.
trouble-unreachable-do = Periksa sinyal atau Wi-Fi, lalu coba lagi.
trouble-unknown = Ini belum bisa dilakukan.
trouble-unknown-do = Silakan coba lagi. Jika tetap tidak bisa, beri tahu ketua kelompok.
signed-out-here = Ponsel ini sudah keluar.

language = Bahasa
theme = Warna layar
theme-auto = Ikut perangkat
theme-light = Terang
theme-dark = Gelap

mode-live = Alarm kebakaran
mode-drill = LATIHAN, BUKAN KEBAKARAN

state-ok = Baik
state-late = Sinyal terlambat
state-fault = Tidak ada sinyal
state-never = Belum pernah ada sinyal
state-none = Belum ada

link-connecting = Menghubungkan…
link-connected = Terhubung
link-silent = Tidak terhubung

kind-home = Rumah
kind-school = Sekolah
kind-agency = Kantor
kind-company = Perusahaan
kind-boat = Perahu
kind-boarding-house = Rumah kos

device-bell = Bel
device-button = Tombol alarm
device-detector = Pendeteksi asap
device-combined = Tombol dan bel

card-extinguisher = Bawa alat pemadam
card-people-out = Bantu orang keluar
card-gate = Buka gerbang, pandu mobil pemadam
card-first-aid = Pertolongan pertama
card-power = Matikan listrik
card-call-114 = Telepon { $number }

role-household-member = Anggota
role-team-leader = Ketua kelompok
role-team-deputy = Wakil ketua
role-duty-officer = Petugas jaga
role-mediator = Mediator
role-clerk = Petugas data
role-analyst = Analis
role-administrator = Administrator
role-auditor = Pemeriksa

answer-delivered = Sampai di ponsel
answer-seen = Sudah dilihat
answer-coming = Menuju lokasi
answer-cannot = Tidak bisa datang
answer-safe = Aman
answer-arrived = Sudah tiba
answer-none = Belum menjawab
