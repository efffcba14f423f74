package dev.penstock.discovery.marathon;

/**
 * A service port that tasks of one version of an app have, in whatever state they are. Immutable.
 *
 * @param app that version
 * @param port of it
 * @param labels of that port
 * @param servicePort after labels; 0 if there is none
 * @param own whether the tasks listen on that very port of their hosts
 */
record Claim(App app, Port port, PortLabels labels, int servicePort, boolean own) {
    /** Whether a label has it join the service port of another app. */
    boolean joins() {
        return labels.servicePort() != 0;
    }
}
