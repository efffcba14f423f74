package dev.penstock.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.penstock.config.ConfigurationException;
import dev.penstock.config.Setting;
import dev.penstock.runtime.GatewayRuntime;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

class SettingOptionsTest {
    private static final Set<String> NAMES = Set.of("listeners", "routes", "services", "catalogs", "defaults");
    private static final Pattern ROW = Pattern.compile("(?m)^\\| `([^`]+)` \\|(.*)\\| `(PENSTOCK_[A-Z_]+)`.*\\|$");
    private static final Pattern FLAG = Pattern.compile("`(--[a-z-]+)`");

    /** By key what the document says of its flag and variable. */
    private static Map<String, Matcher> rows() throws Exception {
        Map<String, Matcher> rows = new TreeMap<>();
        Matcher matcher = ROW.matcher(Files.readString(Path.of("../docs/configuration.md")));
        while (matcher.find()) {
            Matcher row = ROW.matcher(matcher.group());
            assertThat(row.matches()).isTrue();
            rows.put(row.group(1), row);
        }
        return rows;
    }

    /** Asked of the reader itself, which names them where there is an unknown one. */
    private static Set<String> keysOfTheFirstLevel() {
        var problem = catchThrowableOfType(
                ConfigurationException.class, () -> GatewayRuntime.reader().read("x.yaml", "nope: 1"));
        Matcher known = Pattern.compile("nope: unknown key \\(expected: one of ([^)]*)\\)")
                .matcher(problem.getMessage());
        assertThat(known.find()).isTrue();
        return new TreeSet<>(Arrays.asList(known.group(1).split(", ", -1)));
    }

    @Test
    void X06_everyKeyOfTheFirstLevel_hasAVariable_orHoldsNames() throws Exception {
        Set<String> covered = new TreeSet<>(NAMES);
        rows().keySet().forEach(key -> covered.add(key.replaceFirst("\\..*", "")));

        assertThat(covered).isEqualTo(keysOfTheFirstLevel());
    }

    @Test
    void X06_everyVariableAndFlagOfTheDocument_isASetting_andAllSettingsAreThere() throws Exception {
        Set<Setting.Key> seen = EnumSet.noneOf(Setting.Key.class);
        for (Matcher row : rows().values()) {
            List<Setting> settings = new SettingOptions().settings(Map.of(row.group(3), "x"));
            assertThat(settings).as(row.group()).extracting(Setting::source).containsExactly(row.group(3));
            seen.add(settings.get(0).key());
            Matcher flag = FLAG.matcher(row.group(2));
            if (flag.find()) {
                var options = new SettingOptions();
                new CommandLine(CommandLine.Model.CommandSpec.create()
                                .addMixin("settings", CommandLine.Model.CommandSpec.forAnnotatedObject(options)))
                        .parseArgs(flag.group(1), "y");
                assertThat(options.settings(Map.of(row.group(3), "x")))
                        .as(row.group())
                        .containsExactly(new Setting(settings.get(0).key(), flag.group(1), "y"));
            }
        }
        assertThat(seen).isEqualTo(EnumSet.allOf(Setting.Key.class));
    }

    @Test
    void X06_optionsOfCommandsWithoutAFile_haveVariables_andFlagsWin() {
        var variables = Map.of("PENSTOCK_DOCKER_PORT", "eighty", "PENSTOCK_DNS_BALANCER", "nope");

        var byVariable = new InProcess(variables);
        assertThat(byVariable.run("docker")).isEqualTo(2);
        assertThat(byVariable.err()).contains("'--port'").contains("eighty");

        var byFlag = new InProcess(variables);
        assertThat(byFlag.run("docker", "--port", "ninety")).isEqualTo(2);
        assertThat(byFlag.err()).contains("ninety").doesNotContain("eighty");

        var other = new InProcess(variables);
        assertThat(other.run("dns", "80:web:80")).isEqualTo(2);
        assertThat(other.err()).contains("\"nope\"");
    }

    @Test
    void X06_variablesOfOptions_areNamedByCommandAndOption() {
        CommandLine docker = Program.commandLine(new InProcess(Map.of()).surroundings())
                .getSubcommands()
                .get("docker");

        assertThat(OptionVariables.variable(docker.getCommandSpec().findOption("--docker-domain-env")))
                .isEqualTo("PENSTOCK_DOCKER_DOMAIN_ENV");
        assertThat(OptionVariables.variable(docker.getCommandSpec().findOption("--no-route")))
                .isEqualTo("PENSTOCK_DOCKER_NO_ROUTE");
    }
}
