# Máy chủ: thông báo đẩy.

problem-bad-subscription = Không bật được thông báo trên điện thoại này.
    .detail = Hãy tắt rồi bật lại thông báo, hoặc dùng trình duyệt khác.
