package dev.penstock.admin;

import dev.penstock.Penstock;
import dev.penstock.service.Service;
import dev.penstock.service.Snapshot;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;

/** Takes endpoints and services out of use, and into use again, whatever their sources say. Thread-safe. */
final class DrainActions {
    /** Usually milliseconds; a source that has not answered yet may hold it up. */
    private static final int LIMIT_SECONDS = 5;

    private final Penstock penstock;
    private final Places places;

    DrainActions(Penstock penstock, Places places) {
        this.penstock = penstock;
        this.places = places;
    }

    AdminResponse service(String name, boolean out) {
        return places.in(() -> drain(name, out));
    }

    AdminResponse endpoint(String name, String id, boolean out) {
        return places.in(() -> drain(name, id, out));
    }

    private AdminResponse drain(String name, boolean out) {
        Service service = LiveViews.service(penstock, name);
        if (out) {
            service.drain();
        } else {
            service.undrain();
        }
        return answer(service, "", out, inEffect(service));
    }

    private AdminResponse drain(String name, String id, boolean out) {
        Service service = LiveViews.service(penstock, name);
        boolean isThere = members(service, id).findAny().isPresent();
        if (!isThere && (out || !service.health(id).drained())) { // what is drained may be absent
            throw new ApiProblem(404, "endpoint: \"" + id + "\" (expected: the id of one of service \"" + name + "\")");
        }
        if (out) {
            drain(service, id);
        } else {
            service.undrain(id);
        }
        return answer(service, id, out, inEffect(service));
    }

    private static void drain(Service service, String id) {
        try {
            service.drain(id);
        } catch (IllegalArgumentException e) { // gone since it was looked at
            throw new ApiProblem(404, String.valueOf(e.getMessage()));
        }
    }

    private static Stream<Snapshot.Member> members(Service service, String id) {
        return service.snapshot().members().stream()
                .filter(member -> id.isEmpty() || member.endpoint().id().equals(id));
    }

    private static boolean inEffect(Service service) {
        CompletionStage<Void> settled = service.settled();
        try {
            settled.toCompletableFuture().get(LIMIT_SECONDS, TimeUnit.SECONDS);
            return true;
        } catch (TimeoutException | ExecutionException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private static AdminResponse answer(Service service, String id, boolean drained, boolean inEffect) {
        int inFlight = members(service, id)
                .mapToInt(member -> member.load().inFlight())
                .sum();
        return AdminResponse.json(inEffect ? 200 : 202, Json.object(out -> {
            out.writeStringField("service", service.spec().name().value());
            if (!id.isEmpty()) {
                out.writeStringField("endpoint", id);
            }
            out.writeBooleanField("drained", drained);
            out.writeNumberField("inFlight", inFlight);
        }));
    }
}
