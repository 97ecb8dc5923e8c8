# Words about cameras that both the desk and the phones use.
# How a live picture stands.
live-running = Trực tiếp
live-coming = Đang kết nối…
live-old = Hình đứng, chưa có hình mới
live-old-since = Hình cũ từ lúc { $time }
live-lost = Mất kết nối, đang thử lại…
live-busy = Đang có quá nhiều người xem, sẽ thử lại…
live-asleep = Tạm ngừng khi trang bị che
live-shut = Hiện không được xem camera này.
live-gone = Camera này không còn ở đây.
live-over = Lượt xem đã kết thúc, đang mở lại…
live-unable = Trình duyệt này không phát được hình của camera. Hình vẫn được ghi.
live-h265 = Camera gửi hình kiểu H.265, trình duyệt này không phát được. Hình vẫn được ghi. Hãy chỉnh camera sang H.264.

# How a camera is.
camera-state-connecting = Đang kết nối
camera-state-recording = Đang ghi hình
camera-state-no-answer = Không trả lời
camera-state-wrong-password = Sai tên hoặc mật khẩu
camera-state-certificate-changed = Chứng thư khác lần trước
camera-state-refused = Camera từ chối
camera-state-needs-udp = Chỉ gửi qua UDP
camera-state-needs-tcp = Chỉ gửi qua TCP
camera-state-not-found = Không có hình ở địa chỉ này
camera-state-no-pictures = Không gửi hình
camera-state-frozen = Hình đứng yên
camera-state-no-key-picture = Không gửi hình khởi đầu
camera-state-unsupported-codec = Kiểu hình không dùng được
camera-state-closed = Camera ngắt kết nối
camera-state-paused = Đang tạm dừng hoặc chưa chia sẻ
camera-state-failing = Tín hiệu lỗi, không đọc được
camera-state-unknown = Không ghi ở máy này

# What to change on a camera.
camera-advice-h265-not-in-browsers = Camera gửi H.265: nhiều máy không xem được. Hãy chỉnh sang H.264.
camera-advice-key-pictures-too-far-apart = Hình khởi đầu (I-frame) cách nhau quá lâu, mở xem sẽ chậm. Hãy chỉnh còn 2 giây.
camera-advice-key-pictures-never = Không thấy hình khởi đầu (I-frame) thứ hai. Hãy chỉnh còn 2 giây.
camera-advice-bitrate-high = Camera gửi quá nhiều, ổ đĩa sẽ nhanh đầy. Chỉnh xuống dưới 4 Mbit/giây là đủ.
camera-advice-bitrate-low = Camera gửi quá ít, vật chuyển động sẽ bị nhòe.
camera-advice-clock-wrong = Đồng hồ của camera sai. Hãy chỉnh lại giờ trong camera.
camera-advice-no-clock = Camera không báo giờ. Giờ của máy chủ được dùng.
camera-advice-resolution-low = Hình nhỏ, khó nhìn rõ. Hãy chọn cỡ hình lớn hơn.
camera-advice-plain-password = Mật khẩu đi qua mạng mà không được che. Dùng mạng riêng cho camera, hoặc địa chỉ rtsps://.
camera-advice-sound-is-sent = Camera có gửi tiếng. Chỉ ghi tiếng khi cụm camera được phép ghi tiếng.

# What a camera showed.
sighting-accident = Tai nạn
sighting-flooding = Ngập nước
sighting-crowd = Tụ tập đông người
sighting-smoke = Khói
sighting-obstacle = Vật cản trên đường
sighting-light-out = Đèn không sáng
sighting-other = Việc khác
sighting-key-accident = t
sighting-key-flooding = n
sighting-key-crowd = d
sighting-key-smoke = k
sighting-key-obstacle = v
sighting-key-light-out = s
sighting-key-other = c
