package dev.penstock.resolve;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;

/** The JDK's look-up. Immutable. */
enum SystemHostResolver implements HostResolver {
    INSTANCE;

    @Override
    public List<InetAddress> resolve(String host) throws UnknownHostException {
        return List.of(InetAddress.getAllByName(host));
    }
}
