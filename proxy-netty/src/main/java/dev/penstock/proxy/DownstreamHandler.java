package dev.penstock.proxy;

import dev.penstock.proxy.ClientWait.For;
import dev.penstock.proxy.http1.HeadFault;
import dev.penstock.proxy.http1.RequestMessage;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.handler.codec.http.HttpContent;
import io.netty.util.ReferenceCountUtil;
import java.io.IOException;

/** What the network says of a {@link DownstreamConnection}. Confined to its event loop. */
@SuppressWarnings("FutureReturnValueIgnored") // what fails on a channel ends it, and its end is told
final class DownstreamHandler extends ChannelInboundHandlerAdapter {
    private final DownstreamConnection connection;

    DownstreamHandler(DownstreamConnection connection) {
        this.connection = connection;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext context) {
        connection.attach(context);
    }

    @Override
    public void channelActive(ChannelHandlerContext context) {
        connection.begin();
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        if (connection.end().hasBegun()) {
            ReferenceCountUtil.release(message);
        } else if (message instanceof RequestMessage head) {
            begin(head);
        } else if (message instanceof HttpContent content) {
            Conversation current = connection.exchange();
            if (current == null) {
                content.release(); // the end of a request without a body whose answer is out
            } else {
                connection.clientWait().received(content.content().readableBytes());
                current.clientContent(content);
                connection.watch();
            }
        } else if (message instanceof HeadFault fault) {
            connection.refuse(ErrorAnswer.of(fault));
        }
    }

    private void begin(RequestMessage message) {
        connection.decoder().shut();
        connection.clientWait().beginBody();
        try {
            var head = RequestHead.of(message, connection.listener().spec().name());
            TlsGuard tls = connection.tls();
            if (tls != null) {
                head.secure();
                if (!tls.permits(head.host())) {
                    connection.refuse(ErrorAnswer.MISDIRECTED);
                    return;
                }
            }
            connection.begin(head);
        } catch (RequestHead.Refused refused) {
            connection.refuse(refused.answer());
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
        Conversation current = connection.exchange();
        connection.checkInput();
        if (current != null) {
            current.clientPaused();
        } else if (connection.clientWait().isFor(For.NEXT_REQUEST)
                && connection.decoder().headBegun()) {
            connection.clientWait().forHead();
        }
        connection.buffers().count();
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
        if (event == ChannelInputShutdownEvent.INSTANCE) {
            connection.end().inputOver();
            connection.checkInput();
        }
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext context) {
        if (connection.isWritable()) {
            connection.buffers().countTaken();
        }
        Conversation current = connection.exchange();
        if (current != null) {
            current.clientWritable(connection.isWritable());
        }
        if (connection.end().hasBegun()) {
            return;
        }
        if (connection.exchange() == null && connection.clientWait().isFor(For.READING) && connection.isWritable()) {
            connection.next();
        } else {
            connection.watch();
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        Conversation current = connection.gone();
        if (current != null) {
            current.clientGone();
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        Conversation current = connection.exchange();
        if (cause instanceof IOException) {
            context.close();
        } else if (current != null) {
            current.failed(cause);
        } else {
            Listener listener = connection.listener();
            listener.faults().note("connection on listener " + listener.spec().name(), cause);
            context.close();
        }
    }

    /** The client has taken too long. */
    void expired(For what) {
        Conversation current = connection.exchange();
        switch (what) {
            case BODY -> connection.refused(ClientRefusal.BODY_TIMEOUT);
            case READING -> connection.refused(ClientRefusal.WRITE_TIMEOUT);
            case HEAD, NEXT_REQUEST, LEAVING, NOTHING -> {}
        }
        switch (what) {
            case HEAD -> headLate();
            case BODY -> {
                if (current != null) {
                    current.clientSilent();
                }
            }
            case READING, LEAVING -> connection.cut(what == For.READING);
            case NEXT_REQUEST -> connection.leave();
            case NOTHING -> {}
        }
    }

    /** The client goes on sending though its connection ends. */
    void sentTooMuch() {
        connection.refused(ClientRefusal.LEFTOVER);
        connection.cut(true);
    }

    private void headLate() {
        if (connection.decoder().headBegun()) {
            connection.count(ClientRefusal.HEADER_TIMEOUT);
            connection.refuse(ErrorAnswer.CLIENT_TOO_SLOW);
        } else {
            connection.refused(ClientRefusal.HEADER_TIMEOUT);
            connection.cut(false);
        }
    }
}
