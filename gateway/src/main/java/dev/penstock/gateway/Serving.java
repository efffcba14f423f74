package dev.penstock.gateway;

import dev.penstock.config.Configuration;
import dev.penstock.config.ConfigurationException;
import dev.penstock.config.ConfigurationFile;
import dev.penstock.config.Reading;
import dev.penstock.config.Setting;
import dev.penstock.runtime.ConfigurationFollower;
import dev.penstock.runtime.GatewayRuntime;
import dev.penstock.runtime.StartException;
import dev.penstock.time.Ticker;
import java.util.List;
import java.util.function.BiFunction;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;

/** What the commands share that serve until they are told to end. Stateless. */
final class Serving {
    private Serving() {}

    /**
     * Serves what flags say, without a configuration file.
     *
     * @param described what the flags say; an {@link IllegalArgumentException} is told with the usage
     * @return the exit status
     */
    static int serve(Program program, CommandSpec spec, SettingOptions settings, Supplier<Configuration> described)
            throws InterruptedException {
        Surroundings surroundings = program.surroundings();
        Configuration configuration;
        try {
            configuration = described.get();
        } catch (IllegalArgumentException e) {
            surroundings.err().println("penstock: " + e.getMessage());
            spec.commandLine().usage(surroundings.err());
            return Program.UNUSABLE;
        }
        Configuration whole = over(configuration, settings, surroundings);
        Runnable origins = () -> Origins.tell(whole, List.of(), settings.settings(surroundings.variables()));
        return serve(surroundings, whole, origins, (runtime, manager) -> () -> {});
    }

    /**
     * Serves what a file says; SIGHUP has it read again.
     *
     * @param watched whether also what it says later takes effect by itself
     * @return the exit status
     */
    static int serve(Surroundings surroundings, ConfigurationFile file, boolean watched) throws InterruptedException {
        var reload = new Reload();
        surroundings.signals().watch("HUP", number -> reload.asked()); // first: what is read may change while it is
        Reading reading = file.read();
        Configuration configuration = FileOptions.configuration(reading);
        Runnable origins = () -> Origins.tell(configuration, reading.files().files(), file.settings());
        return serve(surroundings, configuration, origins, (runtime, manager) -> {
            ConfigurationFollower follower = watched
                    ? ConfigurationFollower.watching(runtime, file, reading)
                    : ConfigurationFollower.waiting(runtime, file, reading);
            reload.becomes(() -> {
                manager.reloading();
                follower.reload().thenRun(() -> manager.ready(StartLine.of(runtime)));
            });
            return follower::close;
        });
    }

    /** What SIGHUP has done; one that comes too early is kept, since the file may have changed. Thread-safe. */
    private static final class Reload {
        private boolean early; // guarded by this
        private @Nullable Runnable task; // guarded by this

        private void asked() {
            Runnable known;
            synchronized (this) {
                known = task;
                early = known == null;
            }
            if (known != null) {
                known.run();
            }
        }

        private void becomes(Runnable known) {
            boolean wanted;
            synchronized (this) {
                task = known;
                wanted = early;
            }
            if (wanted) {
                known.run();
            }
        }
    }

    /** Serves with something beside it, which gives how to end it; says first where the configuration is from. */
    private static int serve(
            Surroundings surroundings,
            Configuration configuration,
            Runnable origins,
            BiFunction<GatewayRuntime, ServiceManager, Runnable> beside)
            throws InterruptedException {
        LogSetup.level(guarded(configuration).process().logLevel());
        origins.run();
        var termination = Termination.watch(surroundings);
        try (GatewayRuntime runtime = GatewayRuntime.start(configuration);
                var manager = ServiceManager.of(surroundings.variables(), Ticker.system())) {
            String line = StartLine.of(runtime);
            surroundings.out().println(line);
            manager.ready(line); // before what tells it of readings
            Runnable end = beside.apply(runtime, manager);
            try {
                termination.await();
                manager.stopping();
            } finally {
                end.run();
            }
            runtime.terminate(termination.serving(configuration.process().drain()));
        } catch (StartException e) {
            throw new Complaint(e.problems());
        }
        return 0;
    }

    /** The same; a Complaint where whoever reaches its admin address could change what runs. */
    static Configuration guarded(Configuration configuration) {
        if (configuration.admin().isUnguarded()) {
            throw new Complaint(
                    List.of("admin.address: \"" + configuration.admin().address()
                            + "\" (expected: a loopback address, a token in admin.token or PENSTOCK_ADMIN_TOKEN, or admin.open: true,"
                            + " since whoever reaches it could change what runs)"));
        }
        return configuration;
    }

    private static Configuration over(Configuration configuration, SettingOptions settings, Surroundings surroundings) {
        try {
            return Setting.over(configuration, settings.settings(surroundings.variables()));
        } catch (ConfigurationException e) {
            throw Complaint.of(e.faults());
        }
    }
}
