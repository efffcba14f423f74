package dev.penstock.config;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/** Reads what is logged. Stateless. */
final class LogDecoder {
    private static final Map<String, LogLevel> LEVELS = levels();

    private LogDecoder() {}

    private static Map<String, LogLevel> levels() {
        Map<String, LogLevel> levels = new LinkedHashMap<>();
        for (LogLevel level : LogLevel.values()) {
            levels.put(level.name().toLowerCase(Locale.ROOT), level);
        }
        return levels;
    }

    static LogSettings log(Value value, LogSettings defaults) {
        Fields fields = value.fields("keys with values: level, access, recent");
        var settings = new LogSettings(
                fields.optional("level", defaults.level(), word -> level(word, defaults.level())),
                fields.optional("access", defaults.access(), access -> access(access, defaults.access())),
                fields.optional(
                        "recent",
                        defaults.recent(),
                        number -> number.integer(0, LogSettings.MAX_RECENT, defaults.recent())));
        fields.end();
        return settings;
    }

    static LogLevel level(Value value, LogLevel standIn) {
        return value.word(LEVELS, standIn);
    }

    /** Off, a format alone, or settings. */
    static AccessLogSettings access(Value value, AccessLogSettings defaults) {
        if (value.isText("off") || value.isText("false")) {
            return defaults.withEnabled(false);
        }
        if (value.isScalar()) {
            return defaults.withEnabled(true).withFormat(format(value));
        }
        Fields fields = value.fields("off, a format, or keys with values: format, to, query, slow, sample");
        var settings = new AccessLogSettings(
                true,
                fields.optional("format", defaults.format(), LogDecoder::format),
                fields.optional("to", defaults.to(), LogDecoder::target),
                fields.optional("query", defaults.query(), flag -> flag.flag(false)),
                fields.optional("slow", defaults.slow(), time -> time.duration(true, defaults.slow())),
                fields.optional(
                        "sample",
                        defaults.sample(),
                        number -> number.integer(0, AccessLogSettings.MAX_SAMPLE, defaults.sample())));
        fields.end();
        return settings;
    }

    private static AccessFormat format(Value value) {
        try {
            return AccessFormat.of(value.text("json"));
        } catch (IllegalArgumentException e) {
            value.fault(String.valueOf(e.getMessage()));
            return AccessFormat.JSON;
        }
    }

    private static String target(Value value) {
        if (value.isText(AccessLogSettings.STDOUT) || value.isText(AccessLogSettings.STDERR)) {
            return value.text("");
        }
        return value.file(Path.of(AccessLogSettings.STDOUT)).toString();
    }
}
