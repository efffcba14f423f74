package dev.penstock.discovery.marathon;

/**
 * A port of an app, as its definition has it. Immutable.
 *
 * @param index its place, from 0
 * @param name empty if it has none
 * @param servicePort what load balancers listen on; 0 if that is not known
 * @param containerPort where the task listens in a network of its own; 0 if that is the port of the host
 * @param onHost whether it takes a port of the host
 * @param tcp whether it is one of TCP
 * @param udp whether it is one of UDP
 */
record Port(int index, String name, int servicePort, int containerPort, boolean onHost, boolean tcp, boolean udp) {
    boolean speaks(boolean overUdp) {
        return overUdp ? udp : tcp;
    }

    /** One of which nothing is known. */
    static Port bare(int index) {
        return new Port(index, "", 0, 0, true, true, false);
    }
}
