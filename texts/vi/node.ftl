# Máy chủ: thông báo đẩy.

problem-bad-subscription = Không bật được thông báo trên điện thoại này.
    .detail = Hãy tắt rồi bật lại thông báo, hoặc dùng trình duyệt khác.
problem-no-push-key = Máy chủ hiện không gửi được thông báo tới điện thoại đang đóng ứng dụng.
    .detail = Hãy để ứng dụng mở để nghe báo động; chuông vẫn kêu. Nhờ người trông coi máy chạy lệnh liengia check.

problem-not-signed = Không cổng nào mà máy biết đã ký tin này.
    .detail = So sánh khóa bí mật ở hai bên.
problem-not-now = Đồng hồ hai bên lệch nhau, hoặc tin đã cũ ({ $apart } giây).
    .detail = Chỉnh đồng hồ hai bên, ký lại với giờ hiện tại.
problem-other-content = Một câu trả lời khác đã đến trước với cùng webhook-id.
    .detail = Mỗi lần gọi dùng một webhook-id riêng.
problem-not-an-answer = Nội dung không phải câu trả lời.
    .detail = Cần ba đầu mục webhook và JSON có message_id, digit là 1, 2 hoặc 3.
problem-no-message = Không có tin nào mang mã này.
    .detail = Gửi lại message_id đúng như đã nhận.
problem-too-many-answers = Quá nhiều câu trả lời trong một lúc.
    .detail = Thử lại sau { $seconds } giây.
problem-no-dead-letter = Không có tin chưa gửi được nào mang mã này.
    .detail = Tin đã được gửi lại, hoặc đã nhường chỗ cho tin mới hơn. Mở lại danh sách.

node-hook-keys = Bấm 1 nếu đến ngay, 2 nếu không đến được, 3 nếu cả nhà đã ra ngoài.
node-loudspeaker = Cháy tại { $team }. Ai ở gần ra ngoài ngay. Nhường đường cho xe chữa cháy, không đến gần đám cháy.

node-ca-title = Chứng chỉ cho máy trực ban
node-ca-who = Trang này dành cho máy tính trực ban của xã. Cài chứng chỉ này để trình duyệt tin máy chủ của xã.
node-ca-compare = Trước khi cài, so dấu vân tay dưới đây với dấu vân tay trên giấy của người phụ trách. Nếu khác dù một ký tự, đừng cài.
node-ca-take = Tải chứng chỉ
node-ca-not-phones = Không cài lên điện thoại của người dân: điện thoại không cần chứng chỉ này.

problem-no-cap-message = Không có bản tin cảnh báo nào mang tên này.
    .detail = Xem các bản tin trong /cap/feed.atom.

node-cap-feed = Tin báo cháy
node-cap-fire-event = Cháy
node-cap-fire-headline = Cháy tại { $place }
node-cap-fire-description = Có báo cháy tại { $place }. Tổ liên gia và trực ban xã đã được báo.
node-cap-fire-instruction = Không đến gần. Nhường đường cho xe chữa cháy. Ai ở gần đám cháy ra ngoài ngay và gọi cứu hỏa.
node-cap-fire-over-event = Hết báo cháy
node-cap-fire-over-headline = Hết báo cháy tại { $place }
node-cap-fire-over-description = Vụ báo cháy tại { $place } đã khép lại.
node-cap-fire-over-instruction = Vẫn nhường đường cho xe và người đang làm việc tại chỗ.
node-cap-drill-event = Diễn tập chữa cháy
node-cap-drill-headline = Diễn tập, không có cháy: { $place }
node-cap-drill-description = Tổ liên gia đang diễn tập tại { $place }. Không có cháy.
node-cap-drill-instruction = Không cần làm gì.
node-cap-drill-over-event = Hết diễn tập
node-cap-drill-over-headline = Hết diễn tập: { $place }
node-cap-drill-over-description = Buổi diễn tập tại { $place } đã xong. Không có cháy.
node-cap-drill-over-instruction = Không cần làm gì.
node-cap-drill-note = DIỄN TẬP, KHÔNG CÓ CHÁY
node-cap-test-event = Thử bản tin
node-cap-test-headline = Thử bản tin, không có cháy
node-cap-test-description = Máy của { $place } thử gửi bản tin. Không có cháy.
node-cap-test-instruction = Không cần làm gì.
node-cap-test-note = THỬ BẢN TIN, KHÔNG CÓ CHÁY
