package dev.penstock.middleware;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * Checks names and passwords of a {@link BasicAuth}. Thread-safe.
 *
 * <p>A check is slow on purpose, so it is done elsewhere than where requests are; what was right once is known again by a
 * digest that only this process can make.
 */
final class Credentials {
    private static final int KNOWN = 1_024;
    private static final int LONGEST = 1_024;
    private static final int MOST_WAITING = 64;

    private final Map<String, PasswordHash> own;
    private final @Nullable UsersFile file;
    private final byte[] secret;
    private final AtomicInteger waiting = new AtomicInteger();
    private final AtomicBoolean looking = new AtomicBoolean();
    private final CompletableFuture<Void> firstLook = new CompletableFuture<>();
    private volatile Users users;

    /** Those of a file are not known before the first {@link #look}. */
    Credentials(BasicAuth spec, byte[] secret) {
        this.own = spec.users();
        this.file = spec.usersFile() == null ? null : new UsersFile(spec.usersFile());
        this.secret = secret.clone();
        this.users = new Users(own);
        if (file == null) {
            firstLook.complete(null);
        }
    }

    /** Done once the file was looked at, whatever it said, or where there is none. */
    CompletableFuture<Void> firstLook() {
        return firstLook.copy();
    }

    /** Tells whether the file was looked at; before, it may hang, and whom it knows is not known. */
    boolean isRead() {
        return firstLook.isDone();
    }

    /** Those who are let in, and whose passwords were right since. */
    private record Users(
            Map<String, PasswordHash> hashes,
            @Nullable PasswordHash anyHash,
            AtomicReferenceArray<byte @Nullable []> known) {
        Users(Map<String, PasswordHash> hashes) {
            this(hashes, dearest(hashes.values()), new AtomicReferenceArray<>(KNOWN));
        }
    }

    /** The hash that takes the longest to check; null where there is none. */
    static @Nullable PasswordHash dearest(Collection<PasswordHash> hashes) {
        return hashes.stream().max(Comparator.comparingLong(PasswordHash::cost)).orElse(null);
    }

    /** Takes what the file says now; who was let in is asked for the password again where that is new. */
    private synchronized void look() {
        Map<String, PasswordHash> news = file == null ? null : file.news();
        if (news != null) {
            Map<String, PasswordHash> all = new HashMap<>(own);
            all.putAll(news);
            users = new Users(all);
        }
    }

    /** Has the file looked at, where there is one and nobody is about to; meanwhile users are those that are known. */
    void look(Executor executor) {
        if (file == null || !looking.compareAndSet(false, true)) {
            return;
        }
        boolean handed = false;
        try {
            executor.execute(this::lookOnce);
            handed = true;
        } finally {
            if (!handed) {
                looking.set(false);
            }
        }
    }

    private void lookOnce() {
        try {
            look();
        } finally {
            firstLook.complete(null);
            looking.set(false);
        }
    }

    /** Whether the text is worth a check at all. */
    static boolean isBasic(@Nullable String authorization) {
        return authorization != null
                && authorization.length() <= LONGEST
                && authorization.regionMatches(true, 0, "Basic ", 0, 6);
    }

    boolean isKnown(String authorization) {
        byte[] digest = digest(authorization);
        byte[] seen = users.known().get(slot(digest));
        return seen != null && MessageDigest.isEqual(seen, digest);
    }

    /** Takes a place among the checks; false where too many wait. */
    boolean lineUp() {
        if (waiting.incrementAndGet() > MOST_WAITING) {
            waiting.decrementAndGet();
            return false;
        }
        return true;
    }

    /** Gives the place back, without a check. */
    void leave() {
        waiting.decrementAndGet();
    }

    /** Checks what lined up. Takes long. */
    boolean check(String authorization) {
        try {
            if (isKnown(authorization)) {
                return true;
            }
            Users now = users;
            boolean right = isRight(authorization, now);
            if (right) {
                byte[] digest = digest(authorization);
                now.known().set(slot(digest), digest);
            }
            return right;
        } finally {
            leave();
        }
    }

    private static boolean isRight(String authorization, Users users) {
        String text;
        try {
            text = new String(
                    Base64.getDecoder().decode(authorization.substring(6).trim()), UTF_8);
        } catch (IllegalArgumentException e) {
            return false;
        }
        int colon = text.indexOf(':');
        // RFC 7617, 2: no control characters; to HMAC a password is the same with NULs at its end.
        if (colon < 0 || text.chars().anyMatch(Character::isISOControl)) {
            return false;
        }
        PasswordHash hash = users.hashes().get(text.substring(0, colon));
        // A name that does not exist takes as long as the dearest, so that it cannot be told from one that does.
        PasswordHash asked = hash == null ? users.anyHash() : hash;
        boolean matches = asked != null && asked.matches(text.substring(colon + 1));
        return matches && hash != null;
    }

    private byte[] digest(String authorization) {
        try {
            MessageDigest sha = MessageDigest.getInstance("SHA-256");
            sha.update(secret);
            return sha.digest(authorization.getBytes(UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("SHA-256: missing (expected: in every JDK)", e);
        }
    }

    private static int slot(byte[] digest) {
        return ((digest[0] & 0xff) << 8 | (digest[1] & 0xff)) & (KNOWN - 1);
    }
}
