package dev.penstock.gateway;

import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.IDefaultValueProvider;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.OptionSpec;

/**
 * Variables of the environment for the options of commands without a file, as {@code PENSTOCK_DOCKER_PORTS} for
 * {@code penstock docker --docker-ports}. Immutable.
 */
final class OptionVariables implements IDefaultValueProvider {
    /** The options of the others have variables of their own. */
    private static final Set<String> COMMANDS = Set.of("dns", "consul", "docker");

    private final Map<String, String> variables;

    OptionVariables(Map<String, String> variables) {
        this.variables = variables;
    }

    @Override
    public @Nullable String defaultValue(ArgSpec argument) {
        boolean own = argument instanceof OptionSpec option
                && !option.usageHelp()
                && !option.versionHelp()
                && COMMANDS.contains(option.command().name())
                && !(option.userObject() instanceof SettingOptions);
        String value = own ? variables.getOrDefault(variable((OptionSpec) argument), "") : "";
        return value.isEmpty() ? null : value;
    }

    /** The command, then the option without it. */
    static String variable(OptionSpec option) {
        String prefix = option.command().name() + "-";
        String name = option.longestName().replaceFirst("^-+", "");
        String rest = name.startsWith(prefix) ? name.substring(prefix.length()) : name;
        return "PENSTOCK_" + (prefix + rest).toUpperCase(Locale.ROOT).replace('-', '_');
    }
}
