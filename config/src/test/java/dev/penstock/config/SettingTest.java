package dev.penstock.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.penstock.catalog.CatalogState;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class SettingTest {
    private static final Configuration BASE =
            Configuration.of(new CatalogState("test", List.of(), List.of(), List.of()));

    @Test
    void X06_settings_winOverTheFile_laterOverEarlier() {
        Configuration changed = Setting.over(
                BASE,
                List.of(
                        new Setting(Setting.Key.TRANSPORT, "PENSTOCK_TRANSPORT", "epoll"),
                        new Setting(Setting.Key.TRANSPORT, "--transport", "nio"),
                        new Setting(Setting.Key.TLS, "--tls", "jdk"),
                        new Setting(Setting.Key.THREADS, "--threads", "3"),
                        new Setting(Setting.Key.LOG_LEVEL, "--log-level", "debug"),
                        new Setting(Setting.Key.BUFFERS, "--buffers", "2MiB"),
                        new Setting(Setting.Key.DRAIN, "--drain", "250ms"),
                        new Setting(Setting.Key.ADMIN, "--admin", "127.0.0.1:1")));

        assertThat(changed.process())
                .isEqualTo(new ProcessSettings(
                        TransportSetting.NIO,
                        TlsSetting.JDK,
                        3,
                        LogSettings.defaults().withLevel(LogLevel.DEBUG),
                        2 << 20,
                        64 << 20,
                        8_192,
                        Duration.ofMillis(250)));
        assertThat(changed.admin()).isEqualTo(AdminSettings.defaults().withAddress("127.0.0.1:1"));
    }

    @Test
    void X06_settingsOfTheAdminListener_changeOneThingEach() {
        Configuration changed = Setting.over(
                BASE,
                List.of(
                        new Setting(Setting.Key.ADMIN_OPEN, "PENSTOCK_ADMIN_OPEN", "true"),
                        new Setting(Setting.Key.ADMIN_OVERRIDE, "PENSTOCK_ADMIN_OVERRIDE", "true"),
                        new Setting(Setting.Key.ADMIN_START_TIMEOUT, "PENSTOCK_ADMIN_START_TIMEOUT", "0s"),
                        new Setting(Setting.Key.ADMIN_SERIES, "PENSTOCK_ADMIN_SERIES", "7"),
                        new Setting(Setting.Key.RETRY_BODIES, "PENSTOCK_RETRY_BODIES", "1MiB"),
                        new Setting(Setting.Key.IDLE_CONNECTIONS, "PENSTOCK_IDLE_CONNECTIONS", "9")));

        assertThat(changed.admin())
                .isEqualTo(new AdminSettings(
                        true,
                        AdminSettings.DEFAULT_ADDRESS,
                        Duration.ZERO,
                        7,
                        ApiSettings.defaults().withOpen(true).withOverride(true)));
        assertThat(changed.process())
                .isEqualTo(ProcessSettings.defaults().withRetryBytes(1 << 20).withIdleConnections(9));
        assertThatThrownBy(() ->
                        Setting.over(BASE, List.of(new Setting(Setting.Key.ADMIN_OPEN, "PENSTOCK_ADMIN_OPEN", "yes"))))
                .hasMessage("PENSTOCK_ADMIN_OPEN: \"yes\" (expected: true or false)");
    }

    @Test
    void adminOff_keepsTheOtherAdminSettings() {
        Configuration slow = BASE.withAdmin(new AdminSettings(true, "127.0.0.1:1", Duration.ofMinutes(1), 10));

        Configuration changed = Setting.over(slow, List.of(new Setting(Setting.Key.ADMIN, "--admin", "off")));

        assertThat(changed.admin()).isEqualTo(slow.admin().off());
    }

    @Test
    void faults_nameTheirSource_allAtOnce() {
        assertThatThrownBy(() -> Setting.over(
                        BASE,
                        List.of(
                                new Setting(Setting.Key.LOG_LEVEL, "PENSTOCK_LOG_LEVEL", "loud"),
                                new Setting(Setting.Key.DRAIN, "--drain", "3"))))
                .isInstanceOf(ConfigurationException.class)
                .hasMessage("PENSTOCK_LOG_LEVEL: \"loud\" (expected: one of debug, info, warn, error)"
                        + System.lineSeparator()
                        + "--drain: 3 (expected: the unit is missing; a duration as in 500ms, 3s, 1m or 1h)");
    }

    @Test
    void A19_token_comesFromAVariable_andNoFaultRepeatsIt() {
        var right = new Setting(Setting.Key.ADMIN_TOKEN, "PENSTOCK_ADMIN_TOKEN", "s3cret-of-mine");
        assertThat(Setting.over(BASE, List.of(right)).admin().api().token()).isEqualTo("s3cret-of-mine");
        assertThat(right.toString()).doesNotContain("s3cret");

        var wrong = new Setting(Setting.Key.ADMIN_TOKEN, "PENSTOCK_ADMIN_TOKEN", "s3cret of mine");
        assertThatThrownBy(() -> Setting.over(BASE, List.of(wrong)))
                .isInstanceOf(ConfigurationException.class)
                .hasMessage(
                        "PENSTOCK_ADMIN_TOKEN: one of 14 characters (expected: 8 to 512 visible characters of ASCII)");
    }
}
