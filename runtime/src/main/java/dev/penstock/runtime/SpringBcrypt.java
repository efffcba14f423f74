package dev.penstock.runtime;

import dev.penstock.middleware.Bcrypt;
import org.springframework.security.crypto.bcrypt.BCrypt;

/** Bcrypt of the one class that Spring Security has for it, which needs nothing else of Spring. Stateless. */
public final class SpringBcrypt implements Bcrypt {
    /** Made by {@link java.util.ServiceLoader}. */
    public SpringBcrypt() {}

    @Override
    public boolean matches(String password, String hash) {
        return BCrypt.checkpw(password, hash);
    }
}
