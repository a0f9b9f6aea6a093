//! A terminal as the browser is one: it types, reads, and says what it has taken.

use crate::support::{Client, TestApp};
use crate::world::World;
use futures::{SinkExt as _, StreamExt as _};
use muster_api::shell::{ShellEnded, ShellMessage, ShellOpened, ShellRequest, TerminalSize};
use std::time::Duration;
use tokio::net::TcpStream;
use tokio::time::{Instant, timeout_at};
use tokio_tungstenite::tungstenite::client::IntoClientRequest as _;
use tokio_tungstenite::tungstenite::{Error, Message};
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream};

/// So long is waited for what a terminal shows, or the console says.
const PATIENCE: Duration = Duration::from_secs(30);

pub struct Terminal {
    socket: WebSocketStream<MaybeTlsStream<TcpStream>>,
    /// Everything that it showed.
    pub shown: String,
    taken: u64,
    /// Does it say what it has taken?
    pub takes: bool,
}

/// What came.
#[derive(Debug)]
pub enum Said {
    Shown(usize),
    Message(ShellMessage),
    Closed,
}

impl Terminal {
    /// Opens a socket; a refusal that comes as a message is still a socket.
    pub async fn connect(test: &TestApp, client: &Client, query: &str, origin: &str) -> Result<Self, Error> {
        let base = test.base.replace("http://", "ws://");
        let address = format!("{base}/api/v1/clusters/real/resources/core/v1/pods/default/box/shell{query}");
        let mut request = address.into_client_request().unwrap();
        let headers = request.headers_mut();
        match &client.token {
            Some(token) => headers.insert("authorization", format!("Bearer {token}").parse().unwrap()),
            None => headers.insert("cookie", client.cookie.as_ref().unwrap().parse().unwrap()),
        };
        headers.insert("origin", origin.parse().unwrap());
        let (socket, _) = tokio_tungstenite::connect_async(request).await?;
        Ok(Self {
            socket,
            shown: String::new(),
            taken: 0,
            takes: true,
        })
    }

    /// Opens a shell.
    pub async fn open(world: &World, client: &Client, query: &str) -> (Self, ShellOpened) {
        let mut terminal = Self::connect(&world.test, client, query, &world.test.base)
            .await
            .unwrap();
        match terminal.next().await {
            Said::Message(ShellMessage::Opened(opened)) => (terminal, opened),
            other => panic!("{other:?}"),
        }
    }

    /// What the console says instead of opening a shell.
    pub async fn refusal(world: &World, client: &Client, query: &str) -> muster_api::problem::Problem {
        let mut terminal = Self::connect(&world.test, client, query, &world.test.base)
            .await
            .unwrap();
        match terminal.next().await {
            Said::Message(ShellMessage::Problem(problem)) => problem,
            other => panic!("{other:?}"),
        }
    }

    pub async fn type_in(&mut self, text: &str) {
        let bytes = text.as_bytes().to_vec();
        self.socket.send(Message::Binary(bytes.into())).await.unwrap();
    }

    pub async fn resize(&mut self, columns: u16, rows: u16) {
        self.say(ShellRequest::Resize(TerminalSize { columns, rows })).await;
    }

    /// Says that everything that came has been taken.
    pub async fn take_all(&mut self) {
        self.say(ShellRequest::Taken(self.taken)).await;
    }

    async fn say(&mut self, request: ShellRequest) {
        let text = serde_json::to_string(&request).unwrap();
        // What the console does not hear any more, it has ended.
        let _gone = self.socket.send(Message::text(text)).await;
    }

    /// Takes in what comes next.
    pub async fn next(&mut self) -> Said {
        // Heartbeats do not prolong the wait.
        let deadline = Instant::now() + PATIENCE;
        loop {
            let message = timeout_at(deadline, self.socket.next()).await.expect("nothing came");
            match message {
                Some(Ok(Message::Binary(bytes))) => {
                    self.shown.push_str(&String::from_utf8_lossy(&bytes));
                    self.taken += bytes.len() as u64;
                    if self.takes {
                        self.say(ShellRequest::Taken(self.taken)).await;
                    }
                    return Said::Shown(bytes.len());
                }
                Some(Ok(Message::Text(text))) => match serde_json::from_str(&text).unwrap() {
                    ShellMessage::Heartbeat {} => {}
                    message => return Said::Message(message),
                },
                Some(Ok(Message::Ping(_) | Message::Pong(_) | Message::Frame(_))) => {}
                Some(Ok(Message::Close(_)) | Err(_)) | None => return Said::Closed,
            }
        }
    }

    /// Waits until it shows this.
    pub async fn shows(&mut self, text: &str) {
        while !self.shown.contains(text) {
            match self.next().await {
                Said::Shown(_) => {}
                other => panic!("{other:?} before {text:?} in {:?}", self.shown),
            }
        }
    }

    /// Waits for its end, whatever it shows until then.
    pub async fn ended(&mut self) -> ShellEnded {
        loop {
            match self.next().await {
                Said::Shown(_) => {}
                Said::Message(ShellMessage::Ended(ended)) => return ended,
                other => panic!("{other:?} after {:?}", self.shown),
            }
        }
    }

    /// Goes without a word.
    pub async fn leave(mut self) {
        self.socket.close(None).await.unwrap();
    }
}
