# Sổ đăng ký: hộ, người, tổ.

problem-empty-text = Còn thiếu nội dung.
    .detail = Hãy điền vào ô được đánh dấu.
problem-bad-phone = Đây không phải số điện thoại.
    .detail = Hãy viết từ 8 đến 15 chữ số, ví dụ 0912 345 678.
problem-no-reason = Chưa ghi lý do.
    .detail = Hãy viết vì sao thay đổi.
problem-no-place = Không có địa bàn này.
    .detail = Hãy chọn lại trong danh sách.
problem-wrong-place = Địa bàn này không thể đặt ở đó.
    .detail = Hãy chọn một địa bàn lớn hơn ở trên nó.
problem-no-household = Không có hộ này.
    .detail = Có thể hộ đã được xóa. Hãy tìm lại.
problem-no-person = Không có người này.
    .detail = Có thể thông tin đã được xóa. Hãy tìm lại.
problem-no-team = Không có tổ này, hoặc tổ đã giải thể.
    .detail = Hãy chọn một tổ đang hoạt động.
problem-already-there = Hộ này đã ở trong tổ đó.
    .detail = Không cần làm gì thêm.
problem-not-of-the-team = Tổ trưởng và tổ phó phải là người lớn sống trong tổ.
    .detail = Hãy chọn người trong các hộ của tổ.
problem-same-person = Tổ trưởng và tổ phó là cùng một người.
    .detail = Hãy chọn hai người khác nhau.
problem-own-neighbour = Tổ không thể là hàng xóm của chính nó.
    .detail = Hãy chọn các tổ bên cạnh.
problem-child-responder = Trẻ em không được giao việc chữa cháy.
    .detail = Chỉ người lớn đã tự nguyện mới được giao. Trẻ em thoát ra ngoài.
problem-not-empty = { $count ->
   *[other] Còn { $count } người trong hộ này.
    }
    .detail = Hãy chuyển hoặc xóa từng người trước.
problem-too-many-items = Quá nhiều trong một lần.
    .detail = Mỗi lần nhiều nhất { $most }. Hãy chia ra.
field-empty = Hãy điền vào đây.
field-too-long = Nhiều nhất { $most } ký tự. Hãy viết ngắn lại.
field-bad-text = Có ký tự lạ. Hãy gõ lại.
