# Rectangles over a picture: on the phones and at the desk.
cam-mask-full = Đã đủ 8 chỗ. Muốn khoanh chỗ khác thì bỏ bớt một chỗ.
cam-mask-add = Thêm một chỗ muốn che
cam-mask-n = Chỗ { $n }
cam-mask-remove = Bỏ
cam-mask-remove-n = Bỏ chỗ { $n }
cam-mask-keys = Phím mũi tên để dời, giữ Shift để đổi cỡ, phím Delete để bỏ.
cam-mask-move = Dời và đổi cỡ chỗ { $n }
cam-mask-left = Sang trái
cam-mask-right = Sang phải
cam-mask-up = Lên trên
cam-mask-down = Xuống dưới
cam-mask-wider = Rộng hơn
cam-mask-narrower = Hẹp hơn
cam-mask-taller = Cao hơn
cam-mask-lower = Thấp hơn
