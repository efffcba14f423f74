package dev.penstock.gateway;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.function.IntConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The signals of this process. Immutable.
 *
 * <p>A shutdown hook would not do: the JVM runs it after the first signal and is deaf to the second, which is to stop the
 * program at once. {@code sun.misc.Signal} is reached by reflection, because the compiler's warning about it cannot be
 * suppressed.
 */
final class SystemSignals implements Signals {
    private static final Logger LOG = LoggerFactory.getLogger(SystemSignals.class);

    @Override
    public void watch(String name, IntConsumer observer) {
        try {
            handle(name, observer);
        } catch (ReflectiveOperationException e) {
            LOG.warn("SIG{} is left to the JVM: it ends the program without a drain ({})", name, cause(e));
        }
    }

    private static void handle(String name, IntConsumer observer) throws ReflectiveOperationException {
        Class<?> type = Class.forName("sun.misc.Signal");
        Class<?> handlerType = Class.forName("sun.misc.SignalHandler");
        Object signal = type.getConstructor(String.class).newInstance(name);
        int number = (int) type.getMethod("getNumber").invoke(signal);
        InvocationHandler handler = (proxy, method, arguments) -> {
            observer.accept(number); // handle(Signal) is its one method
            return null;
        };
        Object proxy =
                Proxy.newProxyInstance(SystemSignals.class.getClassLoader(), new Class<?>[] {handlerType}, handler);
        type.getMethod("handle", type, handlerType).invoke(null, signal, proxy);
    }

    private static String cause(ReflectiveOperationException e) {
        return String.valueOf(e instanceof InvocationTargetException ? e.getCause() : e);
    }
}
