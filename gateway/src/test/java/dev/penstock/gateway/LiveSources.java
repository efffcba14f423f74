package dev.penstock.gateway;

import java.nio.file.Path;

/** The real servers that the program is measured with. */
enum LiveSources {
    /** An engine, killed when it is to be away. */
    DOCKER(1),
    /** An engine behind a socket that is cut when it is to be away. */
    DOCKER_CUT(1),
    CONSUL(2),
    DNS(4);

    private final int lanes;

    LiveSources(int lanes) {
        this.lanes = lanes;
    }

    /** How many series of changes run side by side. */
    int lanes() {
        return lanes;
    }

    /** Starts it; a test is skipped where the server is not installed. */
    LiveSource start(Path directory) {
        return switch (this) {
            case DOCKER -> DockerLive.start(directory);
            case DOCKER_CUT -> DockerLive.startCut(directory);
            case CONSUL -> ConsulLive.start(directory);
            case DNS -> DnsLive.start(directory);
        };
    }
}
