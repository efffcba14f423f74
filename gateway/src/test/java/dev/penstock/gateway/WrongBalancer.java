package dev.penstock.gateway;

import dev.penstock.balancer.Balancer;
import dev.penstock.balancer.BalancerFactory;
import dev.penstock.balancer.BalancerSettings;
import dev.penstock.balancer.Picker;
import java.util.concurrent.CountDownLatch;

/** A rule of a third party that does wrong: it throws, picks nobody, or never comes back from being applied. */
public final class WrongBalancer implements BalancerFactory {
    /** For the services. */
    public WrongBalancer() {}

    @Override
    public String name() {
        return "wrong";
    }

    @Override
    public Balancer create(BalancerSettings settings) {
        return switch (settings.choice("does", "throws", "nothing", "blocks")) {
            case "throws" ->
                (candidates, context) -> request -> {
                    throw new IllegalStateException("wrong");
                };
            case "nothing" -> (candidates, context) -> request -> null;
            default -> (candidates, context) -> forever();
        };
    }

    private static Picker forever() {
        try {
            new CountDownLatch(1).await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        throw new IllegalStateException("interrupted");
    }
}
