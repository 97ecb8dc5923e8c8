"""TLS before an RTSP camera, with a certificate of its own: tls.py FOLDER PORT prints its port and its certificate's SHA-256.

For each client that takes the certificate, the file FOLDER/taken grows by a byte.
"""
import hashlib
import select
import socket
import ssl
import subprocess
import sys
import threading

folder, port = sys.argv[1], int(sys.argv[2])
key, certificate = f"{folder}/key.pem", f"{folder}/certificate.pem"
subprocess.run(
    ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", key, "-out", certificate]
    + ["-days", "2", "-subj", "/CN=camera"],
    check=True,
    stderr=subprocess.DEVNULL,
)
context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
context.load_cert_chain(certificate, key)
listener = socket.create_server(("127.0.0.1", 0))
der = ssl.PEM_cert_to_DER_cert(open(certificate).read())
print(listener.getsockname()[1], hashlib.sha256(der).hexdigest(), flush=True)


def forward(client):
    try:
        client = context.wrap_socket(client, server_side=True)
        with open(f"{folder}/taken", "a") as file:
            file.write(".")
        camera = socket.create_connection(("127.0.0.1", port))
        while True:
            for ready in [client] if client.pending() else select.select([client, camera], [], [])[0]:
                data = ready.recv(65536)
                if not data:
                    return
                (camera if ready is client else client).sendall(data)
    except OSError:
        pass
    finally:
        client.close()


while True:
    threading.Thread(target=forward, args=(listener.accept()[0],), daemon=True).start()
