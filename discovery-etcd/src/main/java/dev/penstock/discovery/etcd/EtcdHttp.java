package dev.penstock.discovery.etcd;

import dev.penstock.discovery.http.BoundedBody;
import dev.penstock.discovery.http.Call;
import dev.penstock.discovery.http.Members;
import dev.penstock.time.Scheduler;
import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;

/**
 * Asks the members of one cluster. Thread-safe.
 *
 * <p>A member that has failed (5xx) is passed over, too. Answers are bounded.
 */
final class EtcdHttp implements AutoCloseable {
    private static final int ANSWER_BYTES = 64 << 20;

    private final Scheduler scheduler;
    private final Members members;

    EtcdHttp(EtcdSource source, Scheduler scheduler) {
        this(source, scheduler, InetAddress::getByName);
    }

    EtcdHttp(EtcdSource source, Scheduler scheduler, Members.Resolver resolver) {
        this.scheduler = scheduler;
        members = new Members(
                new Members.Settings(source.members(), source.tls(), EtcdSource.AT_ONCE), scheduler, resolver);
    }

    /** Asks something that is answered at once, one member after the other until one answers. */
    Call<Answer> ask(Question question) {
        return members.ask(member -> members.send(request(member, question), info -> whole())
                .map(response -> {
                    if (response.statusCode() >= 500) {
                        throw new CompletionException(
                                new IOException(answer(response).said()));
                    }
                    return answer(response);
                }));
    }

    /**
     * Asks the member that answered last for something that comes when there is news.
     *
     * @param body takes what an answer of status 200 has
     * @return {@link Answer#QUIET} if nothing came in time
     */
    Call<Answer> await(Question question, Duration wait, HttpResponse.BodyHandler<byte[]> body) {
        var call = new Call<Answer>();
        Call<HttpResponse<byte[]>> exchange;
        try {
            exchange = members.open(request(members.preferred(), question), body);
        } catch (IOException | RuntimeException e) {
            call.fail(e);
            return call;
        }
        Scheduler.Timer timer = scheduler.schedule(wait, () -> call.complete(Answer.QUIET));
        CompletionStage<Answer> end = call;
        end.whenComplete((answer, problem) -> {
            timer.cancel();
            exchange.cancel(true); // for the timer, and for who gives it up; else it is over
        });
        CompletionStage<HttpResponse<byte[]>> stage = exchange;
        stage.whenComplete((response, problem) -> {
            if (response != null) {
                call.complete(answer(response));
            } else {
                call.fail(problem);
            }
        });
        return call;
    }

    static HttpResponse.BodySubscriber<byte[]> whole() {
        return new BoundedBody(ANSWER_BYTES);
    }

    private static HttpRequest request(URI member, Question question) {
        var request =
                HttpRequest.newBuilder(URI.create(member + question.target())).header("Accept", "application/json");
        question.headers().forEach(request::header);
        if (question.body() != null) {
            request.header("Content-Type", "application/json")
                    .POST(HttpRequest.BodyPublishers.ofString(question.body()));
        }
        return request.build();
    }

    private static Answer answer(HttpResponse<byte[]> response) {
        String index = response.headers().firstValue("X-Etcd-Index").orElse("");
        boolean number =
                !index.isEmpty() && index.length() < 19 && index.chars().allMatch(Character::isDigit);
        return new Answer(response.statusCode(), number ? Long.parseLong(index) : -1, response.body());
    }

    /** Ends what is under way, within milliseconds. */
    @Override
    public void close() {
        members.close();
    }
}
