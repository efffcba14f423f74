/** HTTP reverse proxy on Netty: listeners around a Penstock. */
module dev.penstock.proxy {
    requires transitive dev.penstock.core;
    requires io.netty.buffer;
    requires io.netty.codec;
    requires io.netty.codec.http;
    requires io.netty.common;
    requires io.netty.handler;
    requires io.netty.transport;
    requires io.netty.transport.classes.epoll;
    requires io.netty.transport.classes.io_uring;
    requires io.netty.transport.unix.common;
    requires org.slf4j;
    requires static transitive org.jspecify;

    exports dev.penstock.proxy;
}
