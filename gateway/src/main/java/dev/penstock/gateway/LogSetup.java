package dev.penstock.gateway;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.Configurator;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.encoder.LayoutWrappingEncoder;
import ch.qos.logback.core.spi.ContextAwareBase;
import dev.penstock.config.LogLevel;
import org.slf4j.LoggerFactory;

/**
 * Sets the program's log up: lines on standard error. In code, since reading a file of settings costs a fifth of the time
 * to start. Found by logback through its services.
 */
public final class LogSetup extends ContextAwareBase implements Configurator {
    /** Where docker-java's transport says that it tries again; what becomes of that is said elsewhere. */
    private static final String DOCKER = "com.github.dockerjava";

    /** Where ZooKeeper's client says at each attempt that it cannot connect, with a stack; we say so once. */
    private static final String ZOOKEEPER = "org.apache.zookeeper";

    /** Where it says as an error that the end of a session was not answered, as when nobody can be connected to. */
    private static final String ZOOKEEPER_PACKETS = "org.apache.zookeeper.ClientCnxn";

    /** For logback's services. */
    public LogSetup() {}

    @Override
    public ExecutionStatus configure(LoggerContext context) {
        var layout = new LogLine();
        layout.setContext(context);
        layout.start();
        var encoder = new LayoutWrappingEncoder<ILoggingEvent>();
        encoder.setContext(context);
        encoder.setLayout(layout);
        encoder.start();
        var appender = new ConsoleAppender<ILoggingEvent>();
        appender.setContext(context);
        appender.setName("stderr");
        appender.setTarget("System.err");
        appender.setEncoder(encoder);
        appender.start();
        Logger root = context.getLogger(Logger.ROOT_LOGGER_NAME);
        root.setLevel(Level.INFO);
        root.addAppender(appender);
        context.getLogger("io.netty").setLevel(Level.INFO); // its debug lines are for those who work on it
        context.getLogger(DOCKER).setLevel(Level.WARN);
        context.getLogger(ZOOKEEPER).setLevel(Level.ERROR);
        context.getLogger(ZOOKEEPER_PACKETS).setLevel(Level.OFF);
        return ExecutionStatus.DO_NOT_INVOKE_NEXT_IF_ANY;
    }

    static void level(LogLevel level) {
        if (LoggerFactory.getILoggerFactory() instanceof LoggerContext context) {
            Level least = Level.toLevel(level.name());
            context.getLogger(Logger.ROOT_LOGGER_NAME).setLevel(least);
            context.getLogger(DOCKER).setLevel(least.equals(Level.INFO) ? Level.WARN : least);
            context.getLogger(ZOOKEEPER).setLevel(least.isGreaterOrEqual(Level.INFO) ? Level.ERROR : least);
            context.getLogger(ZOOKEEPER_PACKETS).setLevel(least.isGreaterOrEqual(Level.INFO) ? Level.OFF : least);
            context.getLogger("io.netty").setLevel(least.isGreaterOrEqual(Level.INFO) ? least : Level.INFO);
        }
    }
}
