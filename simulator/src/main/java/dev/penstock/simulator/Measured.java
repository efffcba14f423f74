package dev.penstock.simulator;

import java.util.Arrays;
import java.util.List;
import org.HdrHistogram.Histogram;

/** What is counted while a simulation runs. Confined to it. */
final class Measured {
    /** Parts of the measured time in which load is looked at. */
    static final int SLOTS = 100;

    private static final int DIGITS = 3;
    private static final int NOBODY = -1;

    private final Scenario scenario;
    private final List<EndpointModel> models;
    private final Histogram latencies = new Histogram(DIGITS);
    private final boolean[] changed;
    private final long[] takenBefore;
    private final int[][] load;
    private final long[] takenInAll;
    private int slots;
    private boolean begun;
    private long requests;
    private long retries;
    private long failed;
    private long refused;
    private long events;
    private long attempts;
    private long otherZone;
    private long moved;
    private final boolean[] connected;
    private final int[] servedBy;

    Measured(Scenario scenario, List<EndpointModel> models) {
        this.scenario = scenario;
        this.models = models;
        changed = new boolean[models.size()];
        takenBefore = new long[models.size()];
        takenInAll = new long[models.size()];
        load = new int[models.size()][SLOTS];
        connected = new boolean[scenario.fleet().gateways() * models.size()];
        servedBy = new int[scenario.traffic().clients()];
        Arrays.fill(servedBy, NOBODY);
    }

    void begin() {
        begun = true;
        for (int i = 0; i < takenBefore.length; i++) {
            takenBefore[i] = models.get(i).taken();
            takenInAll[i] = -takenBefore[i];
        }
    }

    /** The endpoint was not there all the time: it cannot be asked for its share. */
    void changed(int endpoint) {
        changed[endpoint] = true;
    }

    void arrived() {
        requests += begun ? 1 : 0;
    }

    void retried() {
        retries += begun ? 1 : 0;
    }

    void attempted(GatewayModel gateway, EndpointModel model) {
        if (begun) {
            attempts++;
            otherZone += gateway.zone().equals(model.endpoint().zone()) ? 0 : 1;
            connected[gateway.number() * models.size() + model.number()] = true;
        }
    }

    /** A client has its answer. */
    void served(int client, EndpointModel model) {
        int before = servedBy[client];
        servedBy[client] = model.number();
        moved += begun && before != NOBODY && before != model.number() ? 1 : 0;
    }

    private long connections() {
        long connections = 0;
        for (boolean one : connected) {
            connections += one ? 1 : 0;
        }
        return connections;
    }

    void refused() {
        refused += begun ? 1 : 0;
    }

    void failed() {
        failed += begun ? 1 : 0;
    }

    void succeeded(long nanos) {
        if (begun) {
            latencies.recordValue(nanos);
        }
    }

    void slot() {
        for (int i = 0; i < takenBefore.length; i++) {
            long taken = models.get(i).taken();
            load[i][slots] = (int) (taken - takenBefore[i]);
            takenBefore[i] = taken;
        }
        slots++;
    }

    void end(long happened) {
        events = happened;
        for (int i = 0; i < takenInAll.length; i++) {
            takenInAll[i] += models.get(i).taken();
        }
    }

    Report report(String balancer, long seed) {
        return new Report(
                scenario,
                balancer,
                seed,
                new Report.Counts(requests, latencies.getTotalCount(), failed, refused, retries),
                new Report.Ways(attempts, otherZone, connections(), moved),
                new Report.Latency(
                        (long) latencies.getMean(),
                        latencies.getValueAtPercentile(50),
                        latencies.getValueAtPercentile(99),
                        latencies.getValueAtPercentile(99.9)),
                maxOverMean(),
                load,
                events);
    }

    private double maxOverMean() {
        long most = 0;
        long total = 0;
        int stayed = 0;
        for (int i = 0; i < takenInAll.length; i++) {
            if (!changed[i]) {
                most = Math.max(most, takenInAll[i]);
                total += takenInAll[i];
                stayed++;
            }
        }
        return total == 0 ? Double.NaN : (double) most * stayed / total;
    }
}
