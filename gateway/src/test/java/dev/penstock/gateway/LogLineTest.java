package dev.penstock.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.LoggingEvent;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

class LogLineTest {
    private static String line(Level level, String message, Throwable problem) {
        var logger = (Logger) LoggerFactory.getLogger("dev.penstock.service.Service");
        return new LogLine().doLayout(new LoggingEvent("", logger, level, message, problem, new Object[0]));
    }

    @Test
    void event_isOneLineOfTimeLevelClassAndMessage() {
        assertThat(line(Level.WARN, "it is late", null))
                .matches("[0-9]{4}-[0-9]{2}-[0-9]{2} [0-9:]{8}\\.[0-9]{3} WARN  Service: it is late\n");
    }

    @Test
    void controlCharacters_ofAMessage_doNotReachTheTerminal() {
        assertThat(line(Level.ERROR, "a\nb\u001b[2Jc", null)).endsWith("ERROR Service: a?b?[2Jc\n");
    }

    @Test
    void exception_isFollowedByItsTrace() {
        assertThat(line(Level.ERROR, "no", new IllegalStateException("why")))
                .contains("ERROR Service: no\njava.lang.IllegalStateException: why\n\tat ");
    }
}
