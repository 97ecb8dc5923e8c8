"""A bad network before an RTSP camera that sends by UDP: lossy.py PORT LOST prints its port.

The connection passes whole. Of the packets every fifth comes late and every eleventh twice; later on ten are lost, for each
of which the file LOST grows by a byte.
"""
import re
import select
import socket
import sys
import threading

port, lost_file = int(sys.argv[1]), sys.argv[2]
FIRST_LOST, EVERY, MOST = 400, 37, 10
listener = socket.create_server(("127.0.0.1", 0))
print(listener.getsockname()[1], flush=True)


def ports():
    pair = [socket.socket(socket.AF_INET, socket.SOCK_DGRAM) for _ in range(2)]
    for one in pair:
        one.bind(("127.0.0.1", 0))
        one.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 20)
    return pair


def told(pair):
    return "-".join(str(one.getsockname()[1]) for one in pair).encode()


class Network:
    def __init__(self):
        self.seen, self.lost, self.late = 0, 0, None

    def carry(self, packet, send):
        self.seen += 1
        if self.seen > FIRST_LOST and self.seen % EVERY == 0 and self.lost < MOST:
            self.lost += 1
            with open(lost_file, "a") as file:
                file.write(".")
            return
        if self.seen % 5 == 0 and not self.late:
            self.late = (packet, self.seen + 3)
            return
        send(packet)
        if self.seen % 11 == 0:
            send(packet)
        if self.late and self.seen >= self.late[1]:
            send(self.late[0])
            self.late = None


def forward(client):
    camera = socket.create_connection(("127.0.0.1", port))
    inner, outer, network = ports(), ports(), Network()
    node = server = (0, 0)
    while True:
        for ready in select.select([client, camera, *inner, outer[1]], [], [])[0]:
            data = ready.recv(65536)
            if ready is client:
                asked = re.search(rb"client_port=(\d+)-(\d+)", data)
                if asked:
                    node = (int(asked[1]), int(asked[2]))
                    data = data.replace(asked[0], b"client_port=" + told(inner))
                camera.sendall(data)
            elif ready is camera:
                answered = re.search(rb"server_port=(\d+)-(\d+)", data)
                if answered:
                    server = (int(answered[1]), int(answered[2]))
                    data = data.replace(answered[0], b"server_port=" + told(outer))
                    data = data.replace(told(inner), b"%d-%d" % node)
                client.sendall(data)
            elif ready is inner[0]:
                network.carry(data, lambda packet: outer[0].sendto(packet, ("127.0.0.1", node[0])))
            elif ready is inner[1]:
                outer[1].sendto(data, ("127.0.0.1", node[1]))
            else:
                inner[1].sendto(data, ("127.0.0.1", server[1]))
            if not data and ready in (client, camera):
                return


def serve(client):
    try:
        forward(client)
    except OSError:
        pass
    finally:
        client.close()


while True:
    threading.Thread(target=serve, args=(listener.accept()[0],), daemon=True).start()
