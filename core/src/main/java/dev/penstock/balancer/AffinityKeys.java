package dev.penstock.balancer;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * The keys by which endpoints get names that say nothing of them: the first makes them, all are understood, so that keys can
 * be replaced one after the other. Immutable; tells nobody what they are.
 */
public final class AffinityKeys {
    private static final String HMAC = "HmacSHA256";
    private static final int LEAST_BYTES = 16;

    /** Bits enough that nobody guesses one. */
    private static final int TOKEN_BYTES = 16;

    private final List<byte[]> keys;

    private AffinityKeys(List<byte[]> keys) {
        this.keys = keys;
    }

    /**
     * Keys that several gateways share.
     *
     * @param keys secrets of 16 bytes at least, the newest first; not empty
     * @return the keys
     * @throws IllegalArgumentException if there is none, or one is too short
     */
    public static AffinityKeys of(List<String> keys) {
        if (keys.isEmpty()) {
            throw new IllegalArgumentException("keys: none (expected: at least one)");
        }
        List<byte[]> bytes =
                keys.stream().map(key -> key.getBytes(StandardCharsets.UTF_8)).toList();
        for (byte[] key : bytes) {
            if (key.length < LEAST_BYTES) {
                throw new IllegalArgumentException(
                        "keys: one of " + key.length + " bytes (expected: " + LEAST_BYTES + " at least)");
            }
        }
        return new AffinityKeys(bytes);
    }

    /**
     * A key that nobody else has, and that is gone with the process.
     *
     * @return one key of 256 random bits
     */
    public static AffinityKeys drawn() {
        var key = new byte[32];
        new SecureRandom().nextBytes(key); // not the injected chance: nobody may foresee it
        return new AffinityKeys(List.of(key));
    }

    /** The names of an endpoint, the one to be given first. */
    List<String> tokens(String endpointId) {
        return keys.stream().map(key -> token(key, endpointId)).toList();
    }

    private static String token(byte[] key, String endpointId) {
        try {
            Mac mac = Mac.getInstance(HMAC);
            mac.init(new SecretKeySpec(key, HMAC));
            byte[] signed = mac.doFinal(endpointId.getBytes(StandardCharsets.UTF_8));
            return Base64.getUrlEncoder().withoutPadding().encodeToString(Arrays.copyOf(signed, TOKEN_BYTES));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java platform has " + HMAC, e);
        }
    }

    @Override
    public String toString() {
        return keys.size() + " keys";
    }
}
