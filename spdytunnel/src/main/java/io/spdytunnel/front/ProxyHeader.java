package io.spdytunnel.front;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.util.NetUtil;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * What a load balancer says of the connection that it passes on, ahead of the connection's first byte: the header of
 * HAProxy's PROXY protocol, version 1 (a line) or 2 (binary).
 *
 * @param visitor who is at the other end of the balancer; null if that is the balancer itself (LOCAL), or not known
 */
record ProxyHeader(@Nullable InetSocketAddress visitor) {

    /** The specification's own bound for version 1, line end included. */
    static final int MAX_LINE_BYTES = 107;

    /** Of version 2, behind its first 16 bytes; addresses take 36, and extensions seldom more than some hundred. */
    static final int MAX_PAYLOAD_BYTES = 4096;

    private static final byte[] LINE_BEGIN = "PROXY ".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] BINARY_BEGIN = ByteBufUtil.decodeHexDump("0d0a0d0a000d0a515549540a");
    private static final int BINARY_HEAD_BYTES = 16;
    private static final int ADDRESSES_4 = 12;
    private static final int ADDRESSES_6 = 36;

    /** What came is no such header. Carries no stack trace. */
    static final class Malformed extends Exception {

        private static final long serialVersionUID = 1L;

        private Malformed(String why) {
            super(why, null, false, false);
        }
    }

    /** Takes the header from {@code in}, or nothing and returns null as long as it is not whole. */
    static @Nullable ProxyHeader read(ByteBuf in) throws Malformed {
        if (begins(in, BINARY_BEGIN)) {
            return in.readableBytes() < BINARY_HEAD_BYTES ? null : binary(in);
        }
        if (begins(in, LINE_BEGIN)) {
            return line(in);
        }
        throw new Malformed("it does not begin with a PROXY protocol header");
    }

    /** Whether as much as there is agrees. */
    private static boolean begins(ByteBuf in, byte[] with) {
        int length = Math.min(in.readableBytes(), with.length);
        for (int i = 0; i < length; i++) {
            if (in.getByte(in.readerIndex() + i) != with[i]) {
                return false;
            }
        }
        return true;
    }

    private static @Nullable ProxyHeader line(ByteBuf in) throws Malformed {
        int length = in.bytesBefore(Math.min(in.readableBytes(), MAX_LINE_BYTES), (byte) '\n') + 1;
        if (length == 0) {
            if (in.readableBytes() >= MAX_LINE_BYTES) {
                throw new Malformed("its PROXY line is longer than " + MAX_LINE_BYTES + " bytes");
            }
            return null;
        }
        String text = in.readCharSequence(length, StandardCharsets.ISO_8859_1).toString();
        if (!text.endsWith("\r\n")) {
            throw new Malformed("its PROXY line does not end in CR LF");
        }
        String[] words = text.substring(0, length - 2).split(" ", -1);
        if (words[1].equals("UNKNOWN")) {
            return new ProxyHeader(null);
        }
        boolean four = words[1].equals("TCP4");
        if (words.length != 6 || (!four && !words[1].equals("TCP6"))) {
            throw new Malformed("its PROXY line is not: TCP4 or TCP6, two addresses, two ports");
        }
        address(words[3], four);
        port(words[5]);
        return new ProxyHeader(new InetSocketAddress(address(words[2], four), port(words[4])));
    }

    private static InetAddress address(String text, boolean four) throws Malformed {
        boolean valid = four ? NetUtil.isValidIpV4Address(text) : NetUtil.isValidIpV6Address(text) && isPlain(text);
        byte[] bytes = valid ? NetUtil.createByteArrayFromIpAddressString(text) : null;
        if (bytes == null) {
            throw new Malformed("its PROXY line has no address of its family");
        }
        return ofBytes(bytes);
    }

    private static boolean isPlain(String six) {
        return six.indexOf('%') < 0 && six.indexOf('[') < 0;
    }

    private static int port(String text) throws Malformed {
        boolean digits = !text.isEmpty() && text.length() <= 5 && text.chars().allMatch(c -> c >= '0' && c <= '9');
        int port = digits ? Integer.parseInt(text) : -1;
        if (port < 0 || port > 0xFFFF) {
            throw new Malformed("its PROXY line has no port");
        }
        return port;
    }

    private static @Nullable ProxyHeader binary(ByteBuf in) throws Malformed {
        int start = in.readerIndex();
        int versionAndCommand = in.getUnsignedByte(start + 12);
        int family = in.getUnsignedByte(start + 13);
        int length = in.getUnsignedShort(start + 14);
        if (versionAndCommand != 0x20 && versionAndCommand != 0x21) {
            throw new Malformed("its PROXY header has another version or command than 2, LOCAL or PROXY");
        }
        if (length > MAX_PAYLOAD_BYTES) {
            throw new Malformed("its PROXY header of " + length + " bytes is longer than " + MAX_PAYLOAD_BYTES);
        }
        int addresses = versionAndCommand == 0x20 ? 0 : addressBytes(family);
        if (length < addresses) {
            throw new Malformed("its PROXY header has no room for addresses of its family");
        }
        if (in.readableBytes() < BINARY_HEAD_BYTES + length) {
            return null;
        }
        in.skipBytes(BINARY_HEAD_BYTES);
        ByteBuf payload = in.readSlice(length);
        if (addresses == 0) {
            return new ProxyHeader(null);
        }
        byte[] source = new byte[addresses == ADDRESSES_4 ? 4 : 16];
        payload.readBytes(source);
        int port = payload.getUnsignedShort(source.length * 2);
        return new ProxyHeader(new InetSocketAddress(ofBytes(source), port));
    }

    /** 0 where the visitor has no IP address: not specified, or a socket of the balancer's own machine. */
    private static int addressBytes(int family) throws Malformed {
        return switch (family) {
            case 0x11 -> ADDRESSES_4;
            case 0x21 -> ADDRESSES_6;
            case 0x00, 0x31 -> 0;
            default -> throw new Malformed("its PROXY header does not describe a TCP connection");
        };
    }

    private static InetAddress ofBytes(byte[] bytes) {
        try {
            return InetAddress.getByAddress(bytes);
        } catch (UnknownHostException impossible) {
            throw new IllegalStateException("4 or 16 bytes are an address", impossible);
        }
    }
}
