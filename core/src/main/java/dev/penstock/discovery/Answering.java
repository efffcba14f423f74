package dev.penstock.discovery;

/**
 * What is read as a whole for all services and catalogs of an application, and answers their questions. Made for authors of
 * sources, see {@link AskedDiscovery}.
 *
 * @param <S> what a read of it finds
 */
public interface Answering<S> {
    /**
     * The source, for people.
     *
     * @return as in {@code docker unix:///var/run/docker.sock}
     */
    String name();

    /**
     * How those are read who ask.
     *
     * @return see {@link Question#rules}
     */
    SourceRules askers();

    /**
     * Answers a question from now on, starting to read with the first.
     *
     * @param question told what is known, now and whenever that changes
     */
    void ask(Question<S, ?> question);

    /**
     * Answers a question no more.
     *
     * @param question as it was asked
     */
    void drop(Question<S, ?> question);
}
