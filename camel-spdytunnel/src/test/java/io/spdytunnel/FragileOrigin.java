package io.spdytunnel;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.spdytunnel.wire.Fin;
import io.spdytunnel.wire.HeaderBlock;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.time.Duration;

/** As amahi's {@code c}: registers without a name, answers requests from a handler, and never gives room for uploads. */
final class FragileOrigin extends FragileEnd {

    /** What it said to the proxy before SPDY, byte for byte. */
    static final String REGISTRATION = "PUT / HTTP/1.1\r\nHost: localhost:1444\r\nUser-Agent: Go-http-client/1.1\r\n"
            + "Content-Length: 12\r\n\r\nHello from C";

    /** An upload in which nothing comes for longer is taken for one that is over. */
    private static final Duration LONGEST_UPLOAD_GAP = Duration.ofSeconds(3);

    private static final int LONGEST_UPLOAD_FRAME = 32 * 1024;

    /** Answers a request. */
    @FunctionalInterface
    interface App {
        byte[] answer(HeaderBlock head, FragileStream body) throws Exception;
    }

    private final App app;
    private final Socket socket;

    private FragileOrigin(Socket socket, App app) {
        super(socket);
        this.socket = socket;
        this.app = app;
    }

    /** Dials, registers, and returns the status line of the answer in {@code answer}. */
    static FragileOrigin dial(int tunnelPort, App app, StringBuilder answer) throws IOException {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), tunnelPort);
        socket.setTcpNoDelay(true);
        FragileOrigin origin = new FragileOrigin(socket, app);
        socket.getOutputStream().write(REGISTRATION.getBytes(US_ASCII));
        origin.readAnswer(answer);
        if (answer.indexOf("HTTP/1.1 200 ") == 0) {
            origin.begin();
        }
        return origin;
    }

    /** As a Go program reads a response: what comes in one piece with its end is lost. */
    private void readAnswer(StringBuilder answer) throws IOException {
        InputStream in = socket.getInputStream();
        while (answer.indexOf("\r\n\r\n") < 0) {
            int next = in.read();
            if (next < 0) {
                return;
            }
            answer.append((char) next);
        }
        int length = answer.toString()
                .lines()
                .filter(line -> line.regionMatches(true, 0, "content-length:", 0, 15))
                .mapToInt(line -> Integer.parseInt(line.substring(15).trim()))
                .findFirst()
                .orElse(0);
        answer.append(new String(in.readNBytes(length), US_ASCII));
        if (in.available() > 0) {
            breaks("SPDY came together with the answer, and was lost");
        }
    }

    @Override
    public void synStream(int streamId, int associatedTo, int priority, Fin fin, Answer answer, HeaderBlock head) {
        if (inflates(streamId, fin)) {
            FragileStream stream = opened(streamId);
            workers.execute(() -> serve(stream, head));
        }
    }

    @Override
    public void synReply(int streamId, Fin fin, HeaderBlock head) {
        breaks("a reply on stream " + streamId);
    }

    @Override
    public void data(int streamId, ByteBuf bytes, Fin fin) {
        isData(streamId);
        FragileStream stream = stream(streamId);
        if (bytes.readableBytes() > LONGEST_UPLOAD_FRAME) {
            breaks("DATA of " + bytes.readableBytes() + " bytes on stream " + streamId);
        } else if (stream != null) {
            stream.arrives(ByteBufUtil.getBytes(bytes), fin.isLast());
        }
    }

    private void serve(FragileStream stream, HeaderBlock head) {
        try {
            byte[] body = app.answer(head, stream);
            if (stream.forgotten || stream.reset) {
                return;
            }
            stream.touch();
            HeaderBlock reply = new HeaderBlock()
                    .add(":status", "200 OK")
                    .add(":version", "HTTP/1.1")
                    .add("content-length", String.valueOf(body.length))
                    .add("connection", "keep-alive");
            says(out -> out.synReply(stream.id, Fin.MORE, reply));
            for (int at = 0; at < body.length && !stream.isOver(); ) {
                int length = stream.room(Math.min(32 * 1024, body.length - at));
                sends(stream, body, at, length, Fin.MORE);
                at += length;
            }
            sends(stream, body, 0, 0, Fin.FIN); // clean, even if not all has been sent
            close(stream);
        } catch (InterruptedException closed) {
            Thread.currentThread().interrupt();
        } catch (Exception failed) {
            breaks("the handler failed: " + failed);
        }
    }

    /** The whole body, or what had come when there was a gap. */
    static byte[] bodyOf(FragileStream stream) throws InterruptedException {
        return stream.body(LONGEST_UPLOAD_GAP);
    }

    /** The same as a checksum of its bytes. */
    static String checksumOf(FragileStream stream) throws InterruptedException {
        return stream.checksum(LONGEST_UPLOAD_GAP);
    }
}
